#include "cluster/pod_log.hpp"

#include "cluster/conditions.hpp"

namespace upshift::cluster {

Result<std::string> read_log(Client& client, const PodLog& log, int lines) {
  const ObjectRef pod = client.resolve({type_of("Pod"), "", log.pod});
  Request request{"GET", object_path(pod) + "/log", {}, "", nullptr};
  request.query.emplace_back("container", log.container);
  request.query.emplace_back("tailLines", std::to_string(lines));
  if (log.previous) request.query.emplace_back("previous", "true");
  UPSHIFT_ASSIGN(const Response response, client.transport().send(request));
  if (!response.ok()) return failure(refusal("read the log of", pod, response));
  // A log that happens to be JSON comes as such.
  return response.body.is_string() ? response.body.get<std::string>()
         : response.body.is_null() ? std::string()
                                   : to_text(response.body);
}

}  // namespace upshift::cluster
