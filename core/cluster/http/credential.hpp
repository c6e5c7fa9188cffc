// Credentials that stand in a file or were given outright; those of exec plugins are in exec_credential.hpp.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cluster/http/access.hpp"

namespace upshift::cluster::http {

std::unique_ptr<CredentialSource> fixed_credential(Credential credential);

// The file is read for every request, since whoever writes it may replace the token at any time. Where it cannot be
// read, `fallback`'s authorization counts if it has one. The certificate is always the fallback's.
std::unique_ptr<CredentialSource> token_file_credential(std::filesystem::path file, Credential fallback);

std::string bearer(std::string_view token);
std::string basic(std::string_view user, std::string_view password);

}  // namespace upshift::cluster::http
