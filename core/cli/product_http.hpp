// The product's own API as it is reached in earnest.
#pragma once

#include <memory>

#include "base/event.hpp"
#include "cli/option_set.hpp"
#include "engine/http_service.hpp"

namespace upshift::cli {

// --route-address and --route-certificate-authority.
void add_product_options(OptionSet& options);
// Requests are told to `events` as log lines where it is not null; it is borrowed as long as the service lives.
Result<std::unique_ptr<engine::HttpService>> make_product_http(const Arguments& arguments, EventSink* events);

}  // namespace upshift::cli
