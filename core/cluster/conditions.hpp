// The condition types behind make_condition().
#pragma once

#include "cluster/condition.hpp"

namespace upshift::cluster {

std::unique_ptr<Condition> make_rollout_condition(std::string deployment_config, Cache& cache);
std::unique_ptr<Condition> make_import_condition(std::string image_stream, std::string tag, Cache& cache);
// Without a service any route of the host counts.
std::unique_ptr<Condition> make_route_condition(std::string host, std::string service, Cache& cache);
enum class Presence { kExists, kAbsent };
std::unique_ptr<Condition> make_presence_condition(Presence wanted, ResourceType type, std::string name, Cache& cache);

// The type of a kind that the table holds for certain.
const ResourceType& type_of(std::string_view kind);

}  // namespace upshift::cluster
