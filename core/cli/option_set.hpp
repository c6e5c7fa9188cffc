// The options of one command: declared once, parsed, and told in its help. The only header behind which
// Boost.Program_options stands.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace upshift::cli {

// What the user typed after the command.
class Arguments {
 public:
  bool has(const std::string& option) const { return values_.contains(option); }
  // The value, or the fallback where the option was not given.
  std::string get(const std::string& option, std::string_view fallback = {}) const;
  // Every value of a repeatable option, in order.
  std::vector<std::string> all(const std::string& option) const;
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  friend class OptionSet;
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_;
};

class OptionSet {
 public:
  // `name` without dashes; "output,o" has a short form as well.
  OptionSet& flag(std::string name, std::string text);
  OptionSet& value(std::string name, std::string placeholder, std::string text);
  OptionSet& list(std::string name, std::string placeholder, std::string text);
  // Takes positional arguments, at most so many.
  OptionSet& positional(std::size_t most);
  // Starts a group: its caption in the help.
  OptionSet& group(std::string caption);

  // INVALID_ARGUMENT names the option, and the nearest one for an unknown name.
  Result<Arguments> parse(const std::vector<std::string>& arguments) const;
  // The options by group, for a help of 80 columns.
  std::string help() const;
  // "--manifest", "--param" …
  std::vector<std::string> names() const;

 private:
  enum class Kind { kFlag, kValue, kList };
  struct Option {
    Kind kind;
    std::string name, placeholder, text;
    std::size_t group;
  };
  OptionSet& add(Kind kind, std::string name, std::string placeholder, std::string text);

  std::vector<std::string> groups_{"Options"};
  std::vector<Option> options_;
  std::size_t most_positional_ = 0;
};

}  // namespace upshift::cli
