// The three patch types of the Kubernetes API, applied to a JSON document: by the emulator as the server, by the
// journal to know a change's result before it is sent.
//
// Errors carry the HTTP answer of a real server in their code: INVALID_ARGUMENT for 400 (the patch is malformed),
// FAILED_PRECONDITION for 422 (a well-formed patch that does not apply), INTERNAL for 500 (a merge key is missing).
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::cluster {

// RFC 6902 as the API server applies it (replace of an absent member is an add; see conformance of the emulator).
Result<Json> apply_json_patch(const Json& document, const Json& patch);
// RFC 7386.
Json apply_merge_patch(const Json& document, const Json& patch);
// Strategic merge of `kind`: lists are merged by the keys that schema.hpp knows, $patch directives,
// $deleteFromPrimitiveList, $setElementOrder and $retainKeys.
Result<Json> apply_strategic_merge_patch(std::string_view kind, const Json& document, const Json& patch);
// Chooses by content type; INVALID_ARGUMENT for another one.
Result<Json> apply_patch(std::string_view content_type, std::string_view kind, const Json& document, const Json& patch);

// A merge patch that turns `from` into `to` (RFC 7386; arrays are replaced whole).
Json make_merge_patch(const Json& from, const Json& to);

}  // namespace upshift::cluster
