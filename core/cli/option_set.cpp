#include "cli/option_set.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <sstream>

#include "base/text.hpp"

namespace upshift::cli {
namespace {

namespace po = boost::program_options;

constexpr const char* kPositional = "positional";

std::string long_name(const std::string& name) {
  return name.substr(0, name.find(','));
}

tl::unexpected<Error> usage(std::string summary, std::string detail = {}) {
  return failure(StatusCode::kInvalidArgument, std::move(summary), std::move(detail));
}

// Where a value has been swallowed by a typing error, the value itself is not repeated: it may be a secret.
tl::unexpected<Error> unknown_option(const std::string& given, const std::vector<std::string>& names) {
  const std::string name = given.substr(0, given.find('='));
  const std::string near = nearest(name, names);
  return usage(fmt::format("there is no option '{}'", name),
               near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

}  // namespace

std::string Arguments::get(const std::string& option, std::string_view fallback) const {
  const auto found = values_.find(option);
  return found == values_.end() || found->second.empty() ? std::string(fallback) : found->second.back();
}

std::vector<std::string> Arguments::all(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

OptionSet& OptionSet::add(Kind kind, std::string name, std::string placeholder, std::string text) {
  options_.push_back({kind, std::move(name), std::move(placeholder), std::move(text), groups_.size() - 1});
  return *this;
}

OptionSet& OptionSet::flag(std::string name, std::string text) {
  return add(Kind::kFlag, std::move(name), "", std::move(text));
}

OptionSet& OptionSet::value(std::string name, std::string placeholder, std::string text) {
  return add(Kind::kValue, std::move(name), std::move(placeholder), std::move(text));
}

OptionSet& OptionSet::list(std::string name, std::string placeholder, std::string text) {
  return add(Kind::kList, std::move(name), std::move(placeholder), std::move(text));
}

OptionSet& OptionSet::positional(std::size_t most) {
  most_positional_ = most;
  return *this;
}

OptionSet& OptionSet::group(std::string caption) {
  groups_.push_back(std::move(caption));
  return *this;
}

Result<Arguments> OptionSet::parse(const std::vector<std::string>& arguments) const {
  po::options_description described;
  for (const Option& option : options_) {
    if (option.kind == Kind::kFlag) {
      described.add_options()(option.name.c_str(), "");
    } else if (option.kind == Kind::kValue) {
      described.add_options()(option.name.c_str(), po::value<std::string>(), "");
    } else {
      described.add_options()(option.name.c_str(), po::value<std::vector<std::string>>()->composing(), "");
    }
  }
  described.add_options()(kPositional, po::value<std::vector<std::string>>(), "");
  po::positional_options_description positional;
  positional.add(kPositional, -1);
  po::variables_map map;
  try {
    constexpr int kStyle = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(described).positional(positional).style(kStyle).run(), map);
  } catch (const po::unknown_option& error) {
    return unknown_option(error.get_option_name(), names());
  } catch (const po::multiple_occurrences& error) {
    return usage(fmt::format("option '{}' is given twice", error.get_option_name()));
  } catch (const po::error_with_option_name& error) {
    return usage(fmt::format("option '{}' needs a value", error.get_option_name()));
  } catch (const po::error& error) {
    return usage(error.what());
  }
  Arguments out;
  for (const Option& option : options_) {
    const auto name = long_name(option.name);
    if (map.count(name) == 0) continue;
    if (option.kind == Kind::kFlag) out.values_[name] = {""};
    if (option.kind == Kind::kValue) out.values_[name] = {map[name].as<std::string>()};
    if (option.kind == Kind::kList) out.values_[name] = map[name].as<std::vector<std::string>>();
  }
  if (map.count(kPositional) != 0) out.positional_ = map[kPositional].as<std::vector<std::string>>();
  if (out.positional_.size() > most_positional_) {
    return usage(fmt::format("'{}' is one argument too many", out.positional_[most_positional_]));
  }
  return out;
}

std::string OptionSet::help() const {
  std::ostringstream out;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    po::options_description described(groups_[group], 80, 44);
    bool any = false;
    for (const Option& option : options_) {
      if (option.group != group) continue;
      any = true;
      if (option.kind == Kind::kFlag) {
        described.add_options()(option.name.c_str(), option.text.c_str());
      } else {
        described.add_options()(option.name.c_str(), po::value<std::string>()->value_name(option.placeholder),
                                option.text.c_str());
      }
    }
    if (any) out << described << "\n";
  }
  return out.str();
}

std::vector<std::string> OptionSet::names() const {
  std::vector<std::string> out;
  for (const Option& option : options_) out.push_back("--" + long_name(option.name));
  return out;
}

}  // namespace upshift::cli
