#include "simulation.hpp"

#include <string>

#include "dump.hpp"

namespace upshift::hop_2_4_2_5 {
namespace {

using sdk::Json;

constexpr const char* kDatabase = "zync_production";

// One tenant with one application, as the smallest Zync that has something to lose.
Json first_rows() {
  return {{"tenants", {"1\thttp://system-provider:3000\taccess-token"}},
          {"applications", {"1\t1\t3\tapp-1", "2\t1\t3\tapp-2"}},
          {"entries", {"1\t1\t{\"client_id\": \"app-1\"}"}}};
}

std::string dump_of(const Json& tables) {
  std::string text = "--\n-- PostgreSQL database cluster dump\n--\n\nCREATE ROLE zync;\n\\connect postgres\n";
  text += "\\connect " + std::string(kDatabase) + "\n";
  for (const auto& [table, rows] : tables.items()) {
    text += "COPY public." + table + " FROM stdin;\n";
    for (const Json& row : rows) text += row.get<std::string>() + "\n";
    text += "\\.\n";
  }
  return text + "--\n-- PostgreSQL database cluster dump complete\n--\n";
}

void restore(Json& tables, const std::string& dump) {
  for (const auto& [name, rows] : rows_of(dump)) {
    const std::string table = name.substr(name.find('.') + 1);
    for (const std::string& row : rows) tables[table].push_back(row);
  }
}

bool runs(const sdk::ExecEvent& event, std::string_view command) {
  for (const std::string& word : event.command) {
    if (word.find(command) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void SimulatedProduct::start(sdk::SimulationContext& c) {
  c.state() = Json::object();
  for (const Json& pod : c.list("Pod", "deploymentConfig=zync-database")) {
    c.state()[sdk::string_at(pod, "/metadata/name")] = first_rows();
  }
}

std::optional<sdk::ExecResult> SimulatedProduct::exec(sdk::SimulationContext& c, const sdk::ExecEvent& event) {
  if (event.deployment_config == "system-app" && runs(event, "rake user:update_all_first_admin_id")) {
    return sdk::ExecResult{0, "The accounts' first_admin_id have been updated.\n", ""};
  }
  if (event.deployment_config != "zync-database") return std::nullopt;
  Json& tables = c.state()[event.pod];
  if (!tables.is_object()) tables = Json::object();
  if (runs(event, "pg_dumpall")) return sdk::ExecResult{0, dump_of(tables), ""};
  if (!runs(event, "psql -d postgres")) return std::nullopt;
  restore(tables, event.standard_input);
  return sdk::ExecResult{0, "You are now connected to database \"zync_production\".\n",
                         "ERROR:  role \"postgres\" already exists\nERROR:  role \"zync\" already exists\n"};
}

}  // namespace upshift::hop_2_4_2_5
