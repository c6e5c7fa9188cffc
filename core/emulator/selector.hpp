// Label and field selectors of lists and watches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "cluster/resource.hpp"

namespace upshift::emulator {

class Selector {
 public:
  // Either text may be empty: everything is selected. INVALID_ARGUMENT: malformed, or a field by which objects of this
  // type cannot be selected.
  static Result<Selector> parse(const cluster::ResourceType& type, std::string_view labels, std::string_view fields);

  bool matches(const Json& object) const;
  bool empty() const { return label_terms_.empty() && field_terms_.empty(); }

 private:
  enum class Operator { kIn, kNotIn, kExists, kAbsent };
  struct LabelTerm {
    std::string key;
    Operator operation = Operator::kExists;
    std::vector<std::string> values;
  };
  struct FieldTerm {
    std::string pointer;
    std::string value;
    bool equal = true;
  };
  friend class LabelParser;

  std::vector<LabelTerm> label_terms_;
  std::vector<FieldTerm> field_terms_;
};

}  // namespace upshift::emulator
