#include "engine/redactor.hpp"

namespace upshift::engine {

void Redactor::add(const Json& value) {
  constexpr std::size_t kShortest = 4;
  if (value.is_structured()) {
    for (const auto& inner : value) add(inner);
    return;
  }
  if (!value.is_string()) return;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() < kShortest) return;
  for (auto secret : {text, encode_base64(text)}) {
    if (std::find(secrets_.begin(), secrets_.end(), secret) == secrets_.end()) secrets_.push_back(std::move(secret));
  }
  std::stable_sort(secrets_.begin(), secrets_.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string Redactor::clean(std::string text) const {
  constexpr std::string_view kInstead = "(secret)";
  for (const auto& secret : secrets_) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kInstead.size())) {
      text.replace(at, secret.size(), kInstead);
    }
  }
  return text;
}

Error Redactor::clean(Error error) const {
  error.summary = clean(std::move(error.summary));
  error.detail = clean(std::move(error.detail));
  for (auto& diagnostic : error.diagnostics) {
    diagnostic.summary = clean(std::move(diagnostic.summary));
    diagnostic.detail = clean(std::move(diagnostic.detail));
  }
  return error;
}

}  // namespace upshift::engine
