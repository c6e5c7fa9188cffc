// The concern `backup`: every readable object of the project as a file, before anything is changed.
#include "archive.hpp"

namespace {

namespace sdk = upshift::sdk;
using sdk::Json;
using upshift::backup::Archive;

std::string directory(sdk::Context& c) {
  return c.string_parameter("directory", "objects");
}

struct Objects : sdk::Step {
  // A backup belongs to one run: a run that has a sound one is not slowed down by another.
  sdk::CheckResult check(sdk::Context& c) override {
    Archive archive(c, directory(c));
    const std::string defect = archive.defect();
    if (!defect.empty()) return sdk::pending(defect);
    return sdk::done(std::to_string(archive.indexed()) + " objects are saved and their checksums hold");
  }

  sdk::ApplyResult apply(sdk::Context& c) override {
    Archive archive(c, directory(c));
    save_kinds(c, archive);
    save_named(c, archive);
    if (archive.size() == 0) {
      throw sdk::Failure(sdk::Status::kFailedPrecondition,
                         "the backup would be empty: no object of the project can be read",
                         "Check the project and the permissions of the user who runs the upgrade.");
    }
    archive.close();
    return sdk::applied("saved " + std::to_string(archive.size()) + " objects under " + directory(c) + "/");
  }

  sdk::VerifyResult verify(sdk::Context& c) override {
    Archive archive(c, directory(c));
    if (const std::string defect = archive.defect(); !defect.empty()) {
      throw sdk::Failure(sdk::Status::kDataLoss, "the backup cannot be read back: " + defect,
                         "Nothing has been changed in the project. Look at the disk, then run the step again.");
    }
    return sdk::verified("read back " + std::to_string(archive.indexed()) + " objects");
  }

 private:
  static void save_kinds(sdk::Context& c, Archive& archive) {
    const Json& kinds = c.parameter("kinds");
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto kind = kinds[i].get<std::string>();
      c.progress(static_cast<double>(i) / static_cast<double>(kinds.size()), "reading every " + kind);
      try {
        for (Json& object : c.list(kind)) {
          // Items of a list may come without their kind.
          if (!object.contains("kind")) object["kind"] = kind;
          archive.add(object);
        }
      } catch (const sdk::HostFailure& failure) {
        c.warn("the backup has no " + kind + ": they cannot be listed", failure.summary());
      }
    }
  }

  static void save_named(sdk::Context& c, Archive& archive) {
    for (const Json& each : c.parameter("objects")) {
      const auto reference = each.get<std::string>();
      const std::string kind = reference.substr(0, reference.find('/'));
      const std::string name = reference.substr(kind.size() + 1);
      if (archive.contains(kind, name)) continue;
      if (auto object = c.get(kind, name)) {
        archive.add(*object);
      } else {
        c.info(reference + " does not exist; nothing of it to save");
      }
    }
  }
};

sdk::Definition define() {
  sdk::Definition plugin;
  plugin.step<Objects>("backup/objects");
  return plugin;
}

}  // namespace

UPSHIFT_PLUGIN(define)
