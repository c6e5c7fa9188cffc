// Text helpers for people's input and output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upshift {

// Shell-like match of the whole text: '*' is any run of characters, '?' is one.
bool matches_glob(std::string_view pattern, std::string_view text);
// The candidate with the smallest edit distance, or "" where none is near enough to be a typing error.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace upshift
