#include "cli/product_http.hpp"

#include "base/file.hpp"
#include "cli/interrupt.hpp"
#include "cli/live_cluster.hpp"
#include "cluster/http/web_client.hpp"

namespace upshift::cli {
namespace {

using cluster::http::WebClient;

class ProductHttp final : public engine::HttpService {
 public:
  explicit ProductHttp(std::unique_ptr<WebClient> client) : client_(std::move(client)) {}

  Result<engine::HttpAnswer> send(const engine::HttpCall& call) override {
    UPSHIFT_ASSIGN(auto answer, client_->send({call.method, call.url, call.headers, call.form, call.secret_query}));
    return engine::HttpAnswer{answer.status, std::move(answer.body)};
  }

 private:
  std::unique_ptr<WebClient> client_;
};

}  // namespace

void add_product_options(OptionSet& options) {
  options.group("The product's own API, at its routes")
      .value("route-address", "HOST[:PORT]", "where every route's host is reached, instead of by its name")
      .value("route-certificate-authority", "FILE", "trusted for the routes' certificates beside the system's (PEM)");
}

Result<std::unique_ptr<engine::HttpService>> make_product_http(const Arguments& arguments, EventSink* events) {
  cluster::http::WebOptions options;
  options.connect_to = arguments.get("route-address");
  if (const auto file = arguments.get("route-certificate-authority"); !file.empty()) {
    UPSHIFT_ASSIGN(options.certificate_authority, read_file(file));
  }
  options.log = log_to(events);
  options.pause = rest;
  UPSHIFT_ASSIGN(auto client, WebClient::create(std::move(options), cluster::http::Surroundings::of_this_process()));
  return std::make_unique<ProductHttp>(std::move(client));
}

}  // namespace upshift::cli
