#include "cluster/http/curl_loop.hpp"

#include <algorithm>
#include <mutex>

namespace upshift::cluster::http {
namespace {

constexpr long kKeptConnections = 64;
// The longest single pause, so that a wait notices when the system's clock was set.
constexpr auto kLongestPause = std::chrono::milliseconds(1000);

CURLM* make_multi() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kKeptConnections);
  return multi;
}

}  // namespace

CurlLoop::CurlLoop() : multi_(make_multi()) {}

CurlLoop::~CurlLoop() {
  for (auto* exchange : exchanges_) curl_multi_remove_handle(multi_, exchange->handle());
  curl_multi_cleanup(multi_);
}

void CurlLoop::add(Exchange& exchange) {
  exchanges_.insert(&exchange);
  added_ = true;
  const CURLMcode code = curl_multi_add_handle(multi_, exchange.handle());
  if (code == CURLM_OK) return;
  exchanges_.erase(&exchange);
  exchange.finish(CURLE_FAILED_INIT);
}

void CurlLoop::remove(Exchange& exchange) {
  if (exchanges_.erase(&exchange) > 0) curl_multi_remove_handle(multi_, exchange.handle());
}

bool CurlLoop::advance() {
  added_ = false;
  int running = 0;
  curl_multi_perform(multi_, &running);
  bool moved = false;
  for (auto* exchange : exchanges_) moved = exchange->take_fed() || moved;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Exchange* exchange = nullptr;
    const CURLcode code = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    exchange->finish(code);
    remove(*exchange);
    moved = true;
  }
  return moved;
}

void CurlLoop::finish_late(Steady::time_point now) {
  std::vector<Exchange*> late;
  std::copy_if(exchanges_.begin(), exchanges_.end(), std::back_inserter(late),
               [now](const Exchange* exchange) { return exchange->deadline() <= now; });
  for (auto* exchange : late) {
    exchange->give_up();
    remove(*exchange);
  }
}

void CurlLoop::turn(Steady::time_point limit, int descriptor) {
  // What was there before stands still until a socket or a timer says something, and the pause below sees that.
  if (added_ && advance()) return;
  const auto now = Steady::now();
  auto next = std::min(limit, now + kLongestPause);
  for (const auto* exchange : exchanges_) next = std::min(next, exchange->deadline());
  if (next > now) {
    // Rounded up: a pause of nothing would turn in circles during the last millisecond.
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    curl_waitfd beside{descriptor, CURL_WAIT_POLLIN, 0};
    curl_multi_poll(multi_, &beside, descriptor < 0 ? 0 : 1, static_cast<int>(pause), nullptr);
    if (advance()) return;
  }
  finish_late(Steady::now());
}

}  // namespace upshift::cluster::http
