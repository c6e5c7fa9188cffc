#include "emulator/server/http_message.hpp"

#include <charconv>

#include "base/text.hpp"
#include "emulator/api.hpp"

namespace upshift::emulator::server {

std::string HttpRequest::header(std::string_view name) const {
  const auto found = headers.find(std::string(name));
  return found == headers.end() ? std::string{} : found->second;
}

std::string HttpRequest::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> HttpRequest::query_values(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query) {
    if (key == name) values.push_back(value);
  }
  return values;
}

bool HttpRequest::flag(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value != "0" && value != "false";
  }
  return false;
}

HttpResponse json_response(int status, const Json& body) {
  return {status, to_text(body) + "\n", "application/json", {}};
}

HttpResponse refusal(int status, std::string_view reason, std::string message, Json details) {
  return json_response(status, status_failure(status, reason, std::move(message), std::move(details)).body);
}

std::string decode_percent(std::string_view text, bool form) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (form && text[i] == '+') {
      out += ' ';
      continue;
    }
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* const first = text.data() + i + 1;
      const auto [end, error] = std::from_chars(first, first + 2, byte, 16);
      if (error == std::errc{} && end == first + 2) {
        out += static_cast<char>(byte);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

void set_target(HttpRequest& request, std::string_view target) {
  const std::size_t question = target.find('?');
  request.path = std::string(target.substr(0, question));
  request.query.clear();
  if (question == std::string_view::npos) return;
  for (const std::string& pair : split(target.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view view = pair;
    const std::string_view value = equals == std::string::npos ? std::string_view{} : view.substr(equals + 1);
    request.query.emplace_back(decode_percent(view.substr(0, equals), true), decode_percent(value, true));
  }
}

}  // namespace upshift::emulator::server
