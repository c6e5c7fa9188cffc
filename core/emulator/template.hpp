// Processing of OpenShift templates as the API server does it: parameters are given or generated, `${NAME}` and
// `${{NAME}}` are replaced everywhere in the objects, the template's labels are put on every object.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::emulator {

using Parameters = std::map<std::string, std::string>;

// The template with its objects, labels, message and parameter values filled in; the processed objects are in /objects.
// `given` goes before the template's own values. Generated values depend on `seed` and the parameter's name alone, so
// that the same parameter of two templates gets the same value.
//
// INVALID_ARGUMENT: something is no template, `given` names a parameter that the template does not have, or a required
// parameter has no value; the error's path is the field that a server's Status names ("template.parameters[0]").
Result<Json> process_template(const Json& document, const Parameters& given, std::uint64_t seed);

// A value for a generator's expression: "[a-z0-9]{8}", "\\w{4}", text around it. An expression that cannot be
// understood comes back as it is.
std::string generate_value(std::string_view expression, std::uint64_t seed);

}  // namespace upshift::emulator
