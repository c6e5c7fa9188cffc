// Image references as text, and who may pull them.
#pragma once

#include <string>
#include <string_view>

#include "emulator/store.hpp"

namespace upshift::emulator {

// "registry.redhat.io" of "registry.redhat.io/a/b:1"; "docker.io" where none is named.
std::string registry_of(std::string_view reference);
// Without tag and digest.
std::string repository_of(std::string_view reference);
// The digest in the reference, else one that depends on the reference alone.
std::string digest_of(std::string_view reference);
// "repository@digest".
std::string pinned(std::string_view reference);

// Whether a registry could be asked for it: repository parts of small letters, digits and single signs, a tag, a
// digest.
bool is_image_reference(std::string_view reference);
// The tag in the reference, "" where there is none.
std::string tag_of(std::string_view reference);

// True where the secret holds a login for this registry.
bool has_login(const Json& secret, std::string_view registry);
// True where any secret of the namespace does: what an import uses.
bool any_login(const Store& store, std::string_view name_space, std::string_view registry);

}  // namespace upshift::emulator
