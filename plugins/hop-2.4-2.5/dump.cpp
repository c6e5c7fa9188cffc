#include "dump.hpp"

#include <algorithm>

namespace upshift::hop_2_4_2_5 {
namespace {

constexpr std::string_view kConnect = "\\connect ";
constexpr std::string_view kCopy = "COPY ";

std::string_view line_at(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  const std::string_view line = text.substr(at, end - at);
  at = end + 1;
  return line;
}

// Later dumps name the schema, earlier ones set a search path.
std::string table_of(std::string_view copy) {
  std::string_view name = copy.substr(kCopy.size());
  name = name.substr(0, name.find_first_of(" ("));
  constexpr std::string_view kSchema = "public.";
  if (name.substr(0, kSchema.size()) == kSchema) name.remove_prefix(kSchema.size());
  return std::string(name);
}

}  // namespace

bool is_whole_dump(std::string_view dump) {
  return dump.find("PostgreSQL database cluster dump complete") != std::string_view::npos;
}

Rows rows_of(std::string_view dump) {
  Rows rows;
  std::string database;
  std::size_t at = 0;
  while (at < dump.size()) {
    const std::string_view line = line_at(dump, at);
    if (line.substr(0, kConnect.size()) == kConnect) {
      database = std::string(line.substr(kConnect.size()));
      // Older dumps put options before the name, newer ones quotes around it.
      if (const std::size_t space = database.rfind(' '); space != std::string::npos) database.erase(0, space + 1);
      std::erase(database, '"');
      std::erase(database, '\'');
    }
    if (line.substr(0, kCopy.size()) != kCopy || line.find(" FROM stdin;") == std::string_view::npos) continue;
    auto& table = rows[database + "." + table_of(line)];
    while (at < dump.size()) {
      const std::string_view row = line_at(dump, at);
      if (row == "\\.") break;
      table.emplace_back(row);
    }
  }
  for (auto& [table, all] : rows) std::sort(all.begin(), all.end());
  return rows;
}

std::size_t count(const Rows& rows) {
  std::size_t sum = 0;
  for (const auto& [table, all] : rows) sum += all.size();
  return sum;
}

std::vector<std::string> lost_rows(const Rows& before, const Rows& after) {
  std::vector<std::string> lost;
  for (const auto& [table, wanted] : before) {
    const auto found = after.find(table);
    const std::vector<std::string> none;
    const auto& present = found == after.end() ? none : found->second;
    std::vector<std::string> missing;
    std::set_difference(wanted.begin(), wanted.end(), present.begin(), present.end(), std::back_inserter(missing));
    if (missing.empty()) continue;
    lost.push_back(table + " (" + std::to_string(wanted.size() - missing.size()) + " of " +
                   std::to_string(wanted.size()) + " rows)");
  }
  return lost;
}

}  // namespace upshift::hop_2_4_2_5
