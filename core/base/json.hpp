// JSON helpers on nlohmann_json: reading by pointer without exceptions, parsing with a position in the error, YAML as
// JSON, canonical text.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace upshift {

using Json = nlohmann::json;

// The value at an RFC 6901 pointer, or nullptr where nothing is there or it is null. The result borrows from `json`.
const Json* find(const Json& json, std::string_view pointer);
// The string, number or bool at `pointer`, or the fallback where it is absent or of another type.
std::string string_at(const Json& json, std::string_view pointer, std::string_view fallback = {});
std::int64_t int_at(const Json& json, std::string_view pointer, std::int64_t fallback = 0);
bool bool_at(const Json& json, std::string_view pointer, bool fallback = false);
// The array or object at `pointer`, or a shared empty one: for range loops.
const Json& array_at(const Json& json, std::string_view pointer);
const Json& object_at(const Json& json, std::string_view pointer);
// One key escaped for use in a JSON pointer ("b/c" becomes "b~1c").
std::string escape_pointer(std::string_view key);

// Parses one JSON document. `what` names the input in the error ("the journal value 'x'", a file name).
// Depth is limited to 200 levels.
Result<Json> parse_json(std::string_view text, std::string_view what);
// The strings at `pointers` of a document that parse_json() would take, "" where there is none, without a tree of the
// whole; nullopt where the document is not one, or so large that it is no use.
std::optional<std::vector<std::string>> strings_in(std::string_view text, std::span<const std::string_view> pointers);
// The object at `pointer` of such a document without its member `left_out`, which is not made; nullopt as above, and
// where no object is there.
std::optional<Json> object_without(std::string_view text, std::string_view pointer, std::string_view left_out);
// Parses every document of a YAML stream with the core schema's types, as `kubectl` does: quoted scalars stay strings.
// JSON is YAML, so either is accepted.
Result<std::vector<Json>> parse_yaml(std::string_view text, std::string_view what);
// Compact UTF-8 text; bytes that are not UTF-8 are replaced, never thrown on.
std::string to_text(const Json& json, int indent = -1);

std::string encode_base64(std::string_view bytes);
Result<std::string> decode_base64(std::string_view text);

}  // namespace upshift
