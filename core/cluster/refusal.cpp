#include "cluster/refusal.hpp"

#include <fmt/format.h>

#include "cluster/client.hpp"

namespace upshift::cluster {
namespace {

std::string name_of(const ObjectRef& ref) {
  return ref.name.empty() ? ref.type.qualified_name() : ref.display();
}

// The server's own words; of a Secret only the reason and the fields at fault, since a message may quote values.
std::string words_of(const ObjectRef& ref, const Response& response) {
  if (ref.type.kind != "Secret") {
    const auto message = string_at(response.body, "/message");
    return message.empty() ? fmt::format("HTTP {}", response.status) : message;
  }
  auto words = string_at(response.body, "/reason");
  if (words.empty()) words = fmt::format("HTTP {}", response.status);
  std::string fields;
  for (const auto& cause : array_at(response.body, "/details/causes")) {
    if (const auto field = string_at(cause, "/field"); !field.empty()) fields += (fields.empty() ? "" : ", ") + field;
  }
  return fields.empty() ? words : words + " in " + fields;
}

bool speaks_of_quota(const Response& response) {
  const auto message = string_at(response.body, "/message");
  return message.find("exceeded quota") != std::string::npos || message.find("failed quota") != std::string::npos;
}

std::string remedy(const ObjectRef& ref, const Response& response) {
  switch (response.status) {
    case 401:
      return "Log in again: the token is missing, wrong or expired.";
    case 403:
      if (speaks_of_quota(response)) return "Raise the project's quota or free what it counts, then resume.";
      return fmt::format(
          "Give the user of this run the right to it: `oc adm policy add-role-to-user admin USER -n {}`.",
          ref.name_space.empty() ? "PROJECT" : ref.name_space);
    case 404:
      return "Look whether the name and the project are right.";
    case 409:
      return "Somebody else changed it at the same time; resume to try again.";
    case 422:
    case 400:
      return "The request does not suit this cluster; report it to the plugin's author.";
    case 429:
      return "The server is busy; resume later.";
    case 405:
      return "This cluster does not offer it; look at its version.";
    case 410:
      return "The server has forgotten what was asked for; resume to read again.";
    default:
      return response.status >= 500 ? "Look at the health of the API server, then resume." : "";
  }
}

}  // namespace

Error unreadable(std::string_view doing, const ObjectRef& ref) {
  return {StatusCode::kInternal,
          fmt::format("cannot {} {}: the server's answer is not an object", doing, name_of(ref)),
          "Look whether a proxy answers in the API server's place.",
          "",
          {}};
}

StatusCode code_of(const Response& response) {
  const auto reason = string_at(response.body, "/reason");
  switch (response.status) {
    case 400:
    case 415:
    case 422:
      return StatusCode::kInvalidArgument;
    case 401:
      return StatusCode::kUnauthenticated;
    case 403:
      return speaks_of_quota(response) ? StatusCode::kResourceExhausted : StatusCode::kPermissionDenied;
    case 404:
      return StatusCode::kNotFound;
    case 405:
    case 501:
      return StatusCode::kUnimplemented;
    case 409:
      return reason == "AlreadyExists" ? StatusCode::kAlreadyExists : StatusCode::kAborted;
    case 410:
      return StatusCode::kOutOfRange;
    case 412:
      return StatusCode::kFailedPrecondition;
    case 413:
    case 429:
      return StatusCode::kResourceExhausted;
    default:
      return response.status >= 500 ? StatusCode::kUnavailable : StatusCode::kUnknown;
  }
}

Error refusal(std::string_view doing, const ObjectRef& ref, const Response& response) {
  return {code_of(response),
          fmt::format("cannot {} {}: {}", doing, name_of(ref), words_of(ref, response)),
          remedy(ref, response),
          "",
          {}};
}

}  // namespace upshift::cluster
