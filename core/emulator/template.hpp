// Processing of OpenShift templates as the API server does it: parameters are given or generated, `${NAME}` and
// `${{NAME}}` are replaced everywhere in the objects, the template's labels are put on every object.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {

using Parameters = std::map<std::string, std::string>;

// The template with its objects, labels, message and parameter values filled in; the processed objects are in /objects.
// `given` goes before the template's own values. Generated values depend on `seed` and the parameter's name alone, so
// that the same parameter of two templates gets the same value.
//
// INVALID_ARGUMENT: something is no template, `given` names a parameter that the template does not have, a required
// parameter has no value, or one cannot be generated; the error's path is the field that a server's Status names
// ("template.parameters[0]"). The error is the first of those that a server would tell; `causes` gets them all.
Result<Json> process_template(const Json& document, const Parameters& given, std::uint64_t seed,
                              Causes* causes = nullptr);

// A value for a generator's expression: "[a-z0-9]{8}", "[\\w]{4}", text around them; text without any is itself.
// INVALID_ARGUMENT: a range that runs backwards, a length that is not between 1 and 255.
Result<std::string> generate_value(std::string_view expression, std::uint64_t seed);

}  // namespace upshift::emulator
