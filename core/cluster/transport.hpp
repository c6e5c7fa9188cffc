// The seam to a cluster: one HTTP-shaped request and its response, streams of watch events, and commands in pods.
// The libcurl transport, the emulator and the recorders of tests stand behind it.
//
// Threads: one thread uses a Transport. Handlers are called on that thread, only from inside wait().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "cluster/watch_event.hpp"

namespace upshift::cluster {

inline constexpr std::string_view kJsonPatch = "application/json-patch+json";
inline constexpr std::string_view kMergePatch = "application/merge-patch+json";
inline constexpr std::string_view kStrategicMergePatch = "application/strategic-merge-patch+json";

struct Request {
  std::string method;  // GET POST PUT PATCH DELETE
  std::string path;    // without the query
  // Decoded names and values; the transport encodes them.
  std::vector<std::pair<std::string, std::string>> query;
  std::string content_type;  // of the body; "" means application/json
  Json body;                 // null: none
  // An object that is read is handed over as it came, where the transport has a text.
  bool as_it_came = false;

  // The value of a query parameter, "" where it is absent.
  std::string query_value(std::string_view name) const;
};

struct Response {
  int status = 0;
  Json body;                                   // null where the body was empty; a string where it was not JSON
  std::map<std::string, std::string> headers;  // names in lower case
  std::optional<ReceivedObject> object = {};   // instead of a body, where it was asked for as it came
  bool ok() const { return status >= 200 && status < 300; }
};

using WatchId = std::uint64_t;
using WatchHandler = std::function<void(WatchEvent)>;

enum class ExecStream { kStandardOutput, kStandardError };
// Takes a piece of what a command writes, of any length: lines and characters may be cut anywhere.
using ExecOutput = std::function<void(ExecStream stream, std::string_view piece)>;

// A command in a container, without a terminal. Secrets belong into stdin, never into the command.
struct ExecRequest {
  std::string name_space;
  std::string pod;
  std::string container;
  std::vector<std::string> command;
  std::string standard_input;
  // Called from inside exec() as the pieces arrive, in the order of arrival, also of a command whose end is lost; may
  // be empty. Must not use the transport.
  ExecOutput output = {};
};

// Holds everything that the command wrote, whether or not the request had an `output`.
struct ExecResult {
  int exit_code = 0;
  std::string standard_output;
  std::string standard_error;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // Any HTTP answer is a value, a refusal too. An error means that no whole answer came (UNAVAILABLE: the request may
  // or may not have been acted on, unless the error says `not_acted_on`; UNAUTHENTICATED, PERMISSION_DENIED: never for
  // HTTP answers).
  virtual Result<Response> send(const Request& request) = 0;

  // Requests that do not depend on each other, in any order or at the same time; answers in the order of the requests.
  virtual std::vector<Result<Response>> send_all(std::span<const Request> requests);

  // Starts a watch (GET of a collection with watch=true is implied); events arrive from inside wait(). The handler gets
  // exactly one kError event when the stream ends before stop_watch(), and nothing after it.
  virtual Result<WatchId> start_watch(const Request& request, WatchHandler handler) = 0;
  virtual void stop_watch(WatchId id) = 0;

  // Delivers events until at least one was delivered, `until` is reached by the transport's clock, or interrupted().
  virtual void wait(TimePoint until) = 0;
  // The user wants to stop: nothing is waited for any more, and no request is tried again. Stays so.
  virtual bool interrupted() const { return false; }

  // Runs to its end. NOT_FOUND: no such pod or container. UNAVAILABLE: it may or may not have run, unless the error
  // says `not_acted_on`.
  virtual Result<ExecResult> exec(const ExecRequest& request) = 0;

  // The clock that wait() goes by: virtual for the emulator.
  virtual const Clock& clock() const = 0;
};

}  // namespace upshift::cluster
