// A built plugin with a fake host of its own.
#pragma once

#include <dlfcn.h>
#include <stdexcept>
#include <string>

#include "upshift/testing/fake_host.hpp"

namespace upshift::testing {

// The entry of a plugin of this build. Stays loaded until the process ends.
inline const upshift_plugin* entry_of(const std::string& name) {
  const std::string path = std::string(UPSHIFT_BUILD_DIR) + "/plugins/" + name + ".so";
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  using Entry = const upshift_plugin* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, UPSHIFT_ENTRY_SYMBOL));
  if (entry == nullptr) throw std::runtime_error(path + " has no entry");
  return entry();
}

struct LoadedPlugin {
  explicit LoadedPlugin(const std::string& name) : plugin(entry_of(name), host) {}

  // Check, and apply where it is pending; the outcome of the last operation.
  Outcome step(const std::string& subject, const Json& parameters = Json::object()) {
    Outcome checked = plugin.check(subject, parameters);
    return checked.ok() && checked.state() == "pending" ? plugin.apply(subject, parameters) : checked;
  }

  FakeHost host;
  PluginUnderTest plugin;
};

}  // namespace upshift::testing
