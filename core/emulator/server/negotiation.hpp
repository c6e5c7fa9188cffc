// In which form a client wants what it reads: its Accept header.
#pragma once

#include "base/clock.hpp"
#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

enum class Form {
  kWhole,
  kTable,     // columns for people, as the server chooses them
  kMetadata,  // PartialObjectMetadata: nothing but the metadata
};

// Whether it takes anything that this server can send.
bool is_acceptable(const HttpRequest& request);
HttpResponse not_acceptable();
Form form_of(const HttpRequest& request);
// JSON is YAML too.
bool wants_yaml(const HttpRequest& request);

// An object or a list in that form. `include_object` is what a table's rows carry: "Object", "None", else metadata.
Json in_form(Form form, const Json& object, std::string_view include_object, TimePoint now);

}  // namespace upshift::emulator::server
