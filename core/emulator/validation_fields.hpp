// Rules for single fields that many kinds share. Each adds the causes a server would give for `field`.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/status.hpp"

namespace upshift::emulator {

// The key of a label or annotation, with or without a prefix; the value of a label.
bool is_qualified_name(std::string_view text);
bool is_label_value(std::string_view text);
bool is_ip_address(std::string_view text);
// The name of a port of a Service or container.
bool is_port_name(std::string_view text);

void check_not_negative(const Json& value, std::string_view pointer, std::string field, Causes& causes);
void check_port_number(std::int64_t port, std::string field, Causes& causes);
// A number between 1 and 65535 or a port's name.
void check_target_port(const Json& port, const std::string& field, Causes& causes);
// `required`: an empty text is told as such, else as not supported.
void check_one_of(const std::string& text, std::initializer_list<std::string_view> known, std::string field,
                  Causes& causes);
void check_subdomain(const std::string& text, std::string field, Causes& causes);
void check_label_map(const Json& labels, const std::string& field, Causes& causes);
void check_annotation_map(const Json& annotations, const std::string& field, Causes& causes);
// matchLabels and matchExpressions.
void check_label_selector(const Json& selector, const std::string& field, Causes& causes);
// False where the selector itself is malformed.
bool selector_is_valid(const Json& selector);
bool selector_matches(const Json& selector, const Json& labels);
// An integer not below 0 or a percentage.
void check_count_or_percentage(const Json& value, const std::string& field, Causes& causes);

}  // namespace upshift::emulator
