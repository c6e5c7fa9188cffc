// kubeconfig files: reading and merging a list of them, and the access that a context describes.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cluster/http/access.hpp"

namespace upshift::cluster::http {

// A named cluster, user or context and the file it came from: relative paths in it are relative to that file.
struct KubeconfigEntry {
  std::string name;
  Json value;
  std::filesystem::path file;
};

struct Kubeconfig {
  std::string current_context;
  std::map<std::string, KubeconfigEntry> clusters;
  std::map<std::string, KubeconfigEntry> users;
  std::map<std::string, KubeconfigEntry> contexts;
  std::vector<std::filesystem::path> files;  // those that were there

  bool empty() const { return clusters.empty() && users.empty() && contexts.empty(); }
};

enum class MissingFiles { kSkip, kRefuse };

// The first file that has an entry of some name gives the whole entry, as with kubectl.
Result<Kubeconfig> load_kubeconfig(const std::vector<std::filesystem::path>& files, MissingFiles missing);

// The access of `context`, or of the current one where it is "".
Result<Access> access_of(const Kubeconfig& config, const std::string& context, const Surroundings& surroundings);

}  // namespace upshift::cluster::http
