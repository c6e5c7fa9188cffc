#include "emulator/server/request_log.hpp"

namespace upshift::emulator::server {
namespace {

constexpr std::size_t kListed = 10'000;

std::string query_text(const HttpRequest& request) {
  std::string text;
  for (const auto& [name, value] : request.query) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

}  // namespace

std::size_t RequestLog::begin(const HttpRequest& request, const std::string& foreign_host) {
  ++count_;
  if (entries_.size() == kListed) entries_.pop_front();
  entries_.push_back({count_,
                      request.method,
                      request.path,
                      foreign_host.empty() ? query_text(request) : std::string{},
                      foreign_host,
                      {},
                      0});
  return cleared_at_ + count_;
}

void RequestLog::end(std::size_t number, int status, std::string_view fault) {
  if (entries_.empty() || number < cleared_at_ + entries_.front().number) return;
  Entry& entry = entries_[number - cleared_at_ - entries_.front().number];
  entry.status = status;
  entry.fault = fault;
}

void RequestLog::clear() {
  cleared_at_ += count_;
  count_ = 0;
  entries_.clear();
}

Json RequestLog::to_json() const {
  Json requests = Json::array();
  for (const Entry& entry : entries_) {
    Json shown = {{"number", entry.number}, {"method", entry.method}, {"path", entry.path}, {"status", entry.status}};
    if (!entry.query.empty()) shown["query"] = entry.query;
    if (!entry.host.empty()) shown["host"] = entry.host;
    if (!entry.fault.empty()) shown["fault"] = entry.fault;
    requests.push_back(std::move(shown));
  }
  return {{"count", count_}, {"requests", requests}};
}

}  // namespace upshift::emulator::server
