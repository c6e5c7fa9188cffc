#include "cli/installed_version.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/selection_options.hpp"
#include "engine/direct_services.hpp"
#include "plan/version_graph.hpp"

namespace upshift::cli {
namespace {

struct Detected {
  std::string product;
  Json reply;
};

Result<Json> detect(const std::string& product, const plugin::Registry& registry, cluster::Client& client) {
  plugin::Plugin* plugin = registry.provider(plugin::Operation::kDetect, product);
  if (plugin == nullptr) return Json();
  const auto services = engine::make_direct_services(client, engine::Access::kReadOnly, nullptr);
  auto reply = plugin->run(plugin::Operation::kDetect, product, Json{{"product", product}}, *services);
  if (!reply)
    return failure(std::move(reply.error()).with_context(fmt::format("cannot tell which {} is installed", product)));
  return reply;
}

Result<Detected> find_product(const VersionRequest& request, const std::vector<std::string>& products,
                              const plugin::Registry& registry, cluster::Client& client) {
  std::vector<Detected> found;
  std::vector<std::string> said;
  for (const auto& product : products) {
    UPSHIFT_ASSIGN(Json reply, detect(product, registry, client));
    if (bool_at(reply, "/found")) {
      found.push_back({product, std::move(reply)});
    } else if (const auto summary = string_at(reply, "/summary"); !summary.empty()) {
      said.push_back(summary);
    }
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty() && !request.from.empty() && products.size() == 1) return Detected{products.front(), nullptr};
  if (found.empty()) {
    return failure(StatusCode::kNotFound,
                   fmt::format("no installation of {} was found in the project", join(products, " or ")),
                   join(said, "; "));
  }
  std::vector<std::string> names;
  for (const auto& one : found) names.push_back(one.product);
  return failure(StatusCode::kFailedPrecondition, "the project holds several products: " + join(names, ", "),
                 "say with --product which one is meant");
}

// Several ways count as one: that there is a choice is told when the plan is made.
Result<std::string> highest_reachable(const plan::Catalog& catalog, const std::string& product, const std::string& from,
                                      const std::vector<std::string>& via) {
  std::string highest;
  std::optional<Error> refused;
  for (const auto& version : plan::known_versions(catalog, product)) {
    if (plan::compare_versions(version, from) <= 0) continue;
    auto path = plan::find_path(catalog, product, from, version, via);
    if (path || path.error().code == StatusCode::kFailedPrecondition) {
      highest = version;
    } else {
      refused = std::move(path.error());
    }
  }
  if (highest.empty() && !via.empty() && refused) return failure(std::move(*refused));
  return highest;
}

// Nothing leads on from `from` although newer versions are known: a plugin for its hop is missing.
Status check_dead_end(const plan::Catalog& catalog, const std::string& product, const std::string& from) {
  const auto known = plan::known_versions(catalog, product);
  const bool newest = std::none_of(known.begin(), known.end(),
                                   [&](const auto& version) { return plan::compare_versions(version, from) > 0; });
  if (newest) return {};
  return failure(plan::missing_way(catalog, product, from, known.back()));
}

Status check_target(const plan::Catalog& catalog, const VersionChoice& choice) {
  const auto known = plan::known_versions(catalog, choice.product);
  if (std::find(known.begin(), known.end(), choice.to) == known.end()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("no plugin knows {} {}", choice.product, choice.to),
                   "known versions: " + join(known, ", "));
  }
  if (plan::compare_versions(choice.to, choice.from) < 0) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("{} {} is installed, which is newer than {}", choice.product, choice.from, choice.to),
                   "upshift goes to newer versions only");
  }
  return {};
}

}  // namespace

void add_version_options(OptionSet& options) {
  options.group("To where")
      .value("to", "VERSION", "the wanted version; default: the highest that can be reached")
      .value("from", "VERSION", "the installed version, instead of the one that is detected")
      .value("product", "NAME", "where the project holds several products")
      .list("via", "PLUGIN",
            "go by a hop of this plugin where there is a choice, also by a shortcut of another author; repeatable")
      .list("set", "NAME=VALUE", "a plugin's parameter, as CONCERN.NAME or HOP.NAME; repeatable");
}

VersionRequest version_request(const Arguments& arguments) {
  return {arguments.get("product"), arguments.get("from"), arguments.get("to"), all_parts(arguments, "via")};
}

Result<VersionChoice> choose_version(const VersionRequest& request, const plan::Catalog& catalog,
                                     const plugin::Registry& registry, cluster::Client& client) {
  std::vector<std::string> products = catalog.products();
  if (products.empty()) {
    return failure(StatusCode::kFailedPrecondition, "no plugin offers an upgrade",
                   "`upshift plugin list` tells what was found and refused");
  }
  if (!request.product.empty()) {
    if (std::find(products.begin(), products.end(), request.product) == products.end()) {
      const std::string near = nearest(request.product, products);
      return failure(
          StatusCode::kInvalidArgument, fmt::format("no plugin knows the product '{}'", request.product),
          near.empty() ? "known products: " + join(products, ", ") : fmt::format("did you mean '{}'?", near));
    }
    products = {request.product};
  }
  UPSHIFT_ASSIGN(Detected detected, find_product(request, products, registry, client));
  VersionChoice choice;
  choice.product = detected.product;
  choice.detection = std::move(detected.reply);
  const auto installed = string_at(choice.detection, "/version");
  choice.from = request.from.empty() ? installed : request.from;
  if (!request.from.empty() && request.from != installed) {
    choice.warnings.push_back(
        {Severity::kWarning, fmt::format("taken as {} {}, as --from says", choice.product, request.from),
         installed.empty() ? "nothing was detected" : fmt::format("detected was {}", installed), ""});
  }
  if (choice.to = request.to; choice.to.empty()) {
    UPSHIFT_ASSIGN(choice.to, highest_reachable(catalog, choice.product, choice.from, request.via));
  }
  if (choice.to.empty()) UPSHIFT_TRY(check_dead_end(catalog, choice.product, choice.from));
  if (choice.to.empty() || choice.to == choice.from) {
    choice.to = choice.from;
    choice.nothing_to_do = true;
    return choice;
  }
  UPSHIFT_TRY(check_target(catalog, choice));
  return choice;
}

}  // namespace upshift::cli
