// Typed requests to one project of a cluster, and what a refusal means.
//
// Reads are repeated on a broken connection, 429 and 5xx. A change is repeated only on 429, which the server sends
// before it acts; any other missing answer is the caller's to look up. Pauses go through Transport::wait, so they pass
// on the transport's clock and watch events keep arriving meanwhile.
//
// Threads: the transport's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/resource.hpp"
#include "cluster/transport.hpp"

namespace upshift::cluster {

struct ListOptions {
  std::string labels = {};  // a label selector; "" selects all
  std::string fields = {};  // a field selector; "" selects all
  int page_size = 500;
  bool once = false;  // do not repeat a failed request: the caller tries again in its own time
};

struct ObjectList {
  std::vector<Json> items;       // each with its apiVersion and kind, which a server leaves out of list items
  std::string resource_version;  // of the last page: where a watch goes on
};

struct ObjectPage {
  std::vector<Json> items;       // as in ObjectList
  std::string resource_version;  // the same on every page of one list
  std::string next;              // token of the page after this one; "" after the last
};

struct DeleteOptions {
  std::string uid;               // precondition; "" for none
  std::string resource_version;  // precondition; "" for none
  std::string propagation;       // Background, Foreground, Orphan; "" is the server's default
};

// The requests themselves, for those who record them before they send them. Refs must have their namespace.
Request create_request(const ObjectRef& ref, Json object);
Request patch_request(const ObjectRef& ref, std::string_view content_type, Json patch);
Request replace_request(const ObjectRef& ref, Json object);
Request delete_request(const ObjectRef& ref, const DeleteOptions& options);

// What a refusal means, as one sentence that names `doing` ("patch"), the object and the server's message. The message
// about a Secret is left out, since it may quote the Secret. `response` must not be ok().
Error refusal(std::string_view doing, const ObjectRef& ref, const Response& response);

class Client {
 public:
  // The transport must outlive the client. `name_space` is used for every ref that has none.
  Client(Transport& transport, std::string name_space) : transport_(transport), name_space_(std::move(name_space)) {}

  Transport& transport() { return transport_; }
  const Clock& clock() const { return transport_.clock(); }
  const std::string& name_space() const { return name_space_; }
  // The ref with this client's namespace where it needs one and has none.
  ObjectRef resolve(ObjectRef ref) const;

  // nullopt: there is no such object. The second is for those who may only pass it on.
  Result<std::optional<Json>> get(const ObjectRef& ref);
  Result<std::optional<ReceivedObject>> get_as_it_came(const ObjectRef& ref);
  // Follows `continue` to the end; starts over once when the server has forgotten the token (410).
  Result<ObjectList> list(const ResourceType& type, const ListOptions& options = {});
  // One page of at most `options.page_size` objects; `token` is the `next` of the page before, "" for the first.
  // OUT_OF_RANGE: the server has forgotten the token; begin again with the first.
  Result<ObjectPage> list_page(const ResourceType& type, const ListOptions& options, const std::string& token);

  Result<Json> create(const ObjectRef& ref, const Json& object);
  Result<Json> patch(const ObjectRef& ref, std::string_view content_type, const Json& patch);
  Result<Json> replace(const ObjectRef& ref, const Json& object);
  // False: there was no such object.
  Result<bool> remove(const ObjectRef& ref, const DeleteOptions& options = {});

  // A change as it stands: answers of every status are values; sent again only after 429.
  Result<Response> send_change(const Request& request);
  // Lets the transport's clock reach `until`, whatever events arrive; ends early where the user wants to stop.
  void pause_until(TimePoint until);

 private:
  enum class Effect { kRead, kReadOnce, kChange };
  Result<Response> send(const Request& request, Effect effect);
  Result<std::optional<ReceivedObject>> read(const ObjectRef& ref, bool as_it_came);
  Result<Json> change(std::string_view doing, const ObjectRef& ref, const Request& request);
  Result<ObjectList> list_pages(const ResourceType& type, const ListOptions& options);

  Transport& transport_;
  std::string name_space_;
};

}  // namespace upshift::cluster
