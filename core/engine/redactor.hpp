// Takes known secrets out of text that people or files outside the journal will see.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::engine {

class Redactor {
 public:
  // Every string inside `value`, as it is and in base64; shorter ones than 4 bytes are left alone.
  void add(const Json& value);
  std::string clean(std::string text) const;
  Error clean(Error error) const;

 private:
  std::vector<std::string> secrets_;  // longest first
};

}  // namespace upshift::engine
