#include "cli/customisations.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "cli/hop_moments.hpp"
#include "cli/progress.hpp"
#include "cli/stock.hpp"
#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

// A project before the first hop and after each whole one.
struct Course {
  std::vector<ComparableProject> moments;
  std::string stopped;
};

Result<Course> rehearse(Rehearsal& rehearsal) {
  Course course;
  course.moments.push_back(comparable_project(rehearsal.project()));
  HopMoments moments(rehearsal.plan(),
                     [&](const std::string&) { course.moments.push_back(comparable_project(rehearsal.project())); });
  EventFan events;
  events.add(&moments);
  UPSHIFT_ASSIGN(const auto result, rehearsal.run(events));
  if (result.exit_status() != 0) course.stopped = result.summary;
  return course;
}

std::optional<Json> field_of(const ComparableProject& project, const std::string& object, const FieldPath& path) {
  const auto found = project.find(object);
  return found == project.end() ? std::nullopt : value_at(found->second, path);
}

bool is_secret_name(std::string part) {
  if (part.starts_with('[')) part = part.substr(1, part.size() - 2);
  return report::names_a_secret(part);
}

// Without credentials, whatever they are called below here.
Json without_secrets(const Json& value) {
  if (value.is_string()) return report::redact_text(value.get_ref<const std::string&>());
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items())
    out[key] = is_secret_name(key) ? Json("(secret)") : without_secrets(member);
  return out;
}

// A value as people may see it.
Json shown(const std::string& object, const FieldPath& path, const std::optional<Json>& value) {
  if (!value) return nullptr;
  if (path.empty()) return "(the whole object)";
  const bool is_data = path.front() == "data" || path.front() == "stringData";
  if ((is_data && object.starts_with("Secret/")) || std::any_of(path.begin(), path.end(), is_secret_name)) {
    return "(secret)";
  }
  return without_secrets(*value);
}

HopFate fate_of(const std::string& hop, const std::optional<Json>& yours_before, const std::optional<Json>& yours_after,
                const std::optional<Json>& stock_before, const std::optional<Json>& stock_after,
                const std::function<std::string(const std::optional<Json>&)>& text) {
  HopFate out{hop, Fate::kKept, ""};
  if (yours_after == yours_before) {
    if (stock_after == yours_before && stock_before != stock_after) {
      out.note = "a stock installation has the same from here on";
    } else if (stock_after != stock_before) {
      out.note = fmt::format("a stock installation gets {}", text(stock_after));
    }
    return out;
  }
  if (yours_after != stock_after) {
    out.fate = Fate::kMerged;
    out.note = fmt::format("it becomes {}", text(yours_after));
  } else if (!stock_after) {
    out.fate = Fate::kObsolete;
    out.note = "it goes, as in a stock installation";
  } else {
    out.fate = Fate::kConflict;
    out.note = fmt::format("it becomes {}, as in a stock installation", text(stock_after));
  }
  return out;
}

class Comparison {
 public:
  Comparison(const Course& yours, const Course& stock, std::vector<std::string> hops)
      : yours_(yours.moments), stock_(stock.moments), hops_(std::move(hops)) {}

  void compare(Customisations& found) const {
    std::set<std::string> names;
    for (const auto* side : {&yours_.front(), &stock_.front()}) {
      for (const auto& [name, object] : *side) names.insert(name);
    }
    for (const auto& name : names) {
      const auto mine = yours_.front().find(name);
      const auto theirs = stock_.front().find(name);
      const Json none;
      const Json& left = mine == yours_.front().end() ? none : mine->second;
      const Json& right = theirs == stock_.front().end() ? none : theirs->second;
      for (const auto& path : differing_fields(left, right)) add(name, path, found);
    }
  }

 private:
  void add(const std::string& object, const FieldPath& path, Customisations& found) const {
    const auto text = [&](const std::optional<Json>& value) {
      const Json visible = shown(object, path, value);
      return visible.is_null()     ? std::string("nothing")
             : visible.is_string() ? visible.get<std::string>()
                                   : to_text(visible);
    };
    Customisation one;
    one.object = object;
    one.field = path_text(path);
    one.yours = shown(object, path, field_of(yours_.front(), object, path));
    one.stock = shown(object, path, field_of(stock_.front(), object, path));
    for (std::size_t i = 0; i < hops_.size(); ++i) {
      if (i + 1 >= yours_.size() || i + 1 >= stock_.size()) {
        one.hops.push_back({hops_[i], Fate::kUnknown, "the rehearsal did not come to the end of the hop"});
        continue;
      }
      one.hops.push_back(fate_of(hops_[i], field_of(yours_[i], object, path), field_of(yours_[i + 1], object, path),
                                 field_of(stock_[i], object, path), field_of(stock_[i + 1], object, path), text));
    }
    const auto is_untouched = [](const HopFate& hop) { return hop.fate == Fate::kKept && hop.note.empty(); };
    if (path.empty() && one.stock.is_null() && std::all_of(one.hops.begin(), one.hops.end(), is_untouched)) {
      found.untouched.push_back(object);
    } else {
      found.fields.push_back(std::move(one));
    }
  }

  const std::vector<ComparableProject>& yours_;
  const std::vector<ComparableProject>& stock_;
  std::vector<std::string> hops_;
};

}  // namespace

std::string_view to_string(Fate fate) {
  switch (fate) {
    case Fate::kKept:
      return "kept";
    case Fate::kMerged:
      return "merged";
    case Fate::kObsolete:
      return "obsolete";
    case Fate::kConflict:
      return "would conflict";
    case Fate::kUnknown:
      break;
  }
  return "unknown";
}

Result<Customisations> find_customisations(RehearsalRequest request, const std::string& stock_file) {
  const RehearsalRequest given = request;
  UPSHIFT_ASSIGN(const auto live, Rehearsal::prepare(std::move(request), nullptr));
  Customisations found;
  found.product = live->version().product;
  found.from = live->version().from;
  found.to = live->version().to;
  found.hops = live->plan().hops;
  const Json project = live->project();
  UPSHIFT_ASSIGN(Stock stock, find_stock(stock_file, found.from, project, given.input.parameters));
  found.stock = stock.document.origin;
  found.is_approximate = stock.is_approximate;

  RehearsalRequest other;
  other.settings = given.settings;
  other.settings.name_space = live->name_space();
  other.input.documents = {std::move(stock.document)};
  other.input.parameters = std::move(stock.parameters);
  other.version = {found.product, found.from, found.to, given.version.via};
  other.steps = given.steps;
  auto prepared = Rehearsal::prepare(std::move(other), nullptr);
  if (!prepared) return failure(std::move(prepared.error()).with_context("the stock installation"));

  Course of_stock;
  Course of_project;
  if (!live->version().nothing_to_do) {
    UPSHIFT_ASSIGN(of_stock, rehearse(**prepared));
    UPSHIFT_ASSIGN(of_project, rehearse(*live));
  } else {
    of_stock.moments = {comparable_project((*prepared)->project())};
    of_project.moments = {comparable_project(project)};
  }
  if (!of_stock.stopped.empty()) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("the stock installation cannot be upgraded in a rehearsal: {}", of_stock.stopped),
                   "Is it the template of the installed version?");
  }
  found.stopped = of_project.stopped;
  Comparison(of_project, of_stock, found.hops).compare(found);
  return found;
}

}  // namespace upshift::cli
