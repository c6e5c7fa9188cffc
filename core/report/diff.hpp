// Unified diffs of API objects as people read them: YAML lines, hunks headed by the place they stand at.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "report/text_layout.hpp"

namespace upshift::report {

// One line of an object as YAML. Place: "spec.template.spec.containers[zync]", the enclosing member.
struct YamlLine {
  std::string text;
  std::string place;
};

std::vector<YamlLine> to_yaml_lines(const Json& value);

// The diff's lines, without line ends: "@@ PLACE @@" heads a hunk, then ' ', '-' or '+' and the YAML line. Empty where
// nothing differs. Members that the server owns (status, resourceVersion, managedFields …) are left out and secrets are
// redacted. A null `before` shows a creation, a null `after` a deletion.
std::vector<std::string> diff_objects(const Json& before, const Json& after, int context = 2);

// Coloured for a terminal.
std::string paint_diff_line(const Look& look, const std::string& line);

}  // namespace upshift::report
