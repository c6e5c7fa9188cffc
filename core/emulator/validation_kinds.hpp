// The rules of single kinds. `object` has its defaults; `old` is the stored object that it is to replace, or nullptr.
#pragma once

#include "emulator/status.hpp"
#include "emulator/validation.hpp"

namespace upshift::emulator {

void validate_config_map(const Json& object, const Json* old, Causes& causes);
void validate_secret(const Json& object, const Json* old, Causes& causes);
void validate_service(const Json& object, const Json* old, Causes& causes);
void validate_endpoints(const Json& object, const Json* old, Causes& causes);
void validate_event(const Json& object, const Json* old, Causes& causes);
void validate_claim(const Json& object, const Json* old, Causes& causes);
void validate_role(const Json& object, const Json* old, Causes& causes);
void validate_role_binding(const Json& object, const Json* old, Causes& causes);
void validate_route(const Json& object, const Json* old, Causes& causes);
void validate_image_stream(const Json& object, const Json* old, Causes& causes);
// Tag references of ImageStreams and of ImageStreamTags.
void validate_tag_reference(const Json& tag, const std::string& field, Causes& causes);

void validate_deployment_config(const Json& object, const Json* old, Causes& causes);
void validate_deployment(const Json& object, const Json* old, Causes& causes);
void validate_replica_set(const Json& object, const Json* old, Causes& causes);
void validate_replication_controller(const Json& object, const Json* old, Causes& causes);
void validate_stateful_set(const Json& object, const Json* old, Causes& causes);
void validate_job(const Json& object, const Json* old, Causes& causes);
void validate_cron_job(const Json& object, const Json* old, Causes& causes);

void validate_limit_range(const Json& object, const Json* old, Causes& causes);
void validate_resource_quota(const Json& object, const Json* old, Causes& causes);
void validate_disruption_budget(const Json& object, const Json* old, Causes& causes);
void validate_autoscaler(const Json& object, const Json* old, Causes& causes);

}  // namespace upshift::emulator
