// What one selector means among the steps of a plan.
#pragma once

#include "plan/selection.hpp"

namespace upshift::plan {

class Selectors {
 public:
  // The steps must outlive it.
  explicit Selectors(const std::vector<Selectable>& steps) : steps_(steps) {}

  // Positions in order; never empty. INVALID_ARGUMENT as of select().
  Result<std::vector<std::size_t>> meant_by(const std::string& selector) const;

 private:
  std::vector<std::size_t> with_tag(std::string_view tag) const;
  std::vector<std::size_t> matching(std::string_view glob) const;
  // Of the step, stage or hop with this id; of the only one whose id ends so.
  Result<std::vector<std::size_t>> named(const std::string& name) const;
  std::vector<std::size_t> below(const std::string& id) const;
  Error unknown(const std::string& selector) const;

  const std::vector<Selectable>& steps_;
};

}  // namespace upshift::plan
