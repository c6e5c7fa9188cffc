// The concern `backup`: every readable object of the project as a file, before anything is changed.
#include <set>

#include "archive.hpp"

namespace {

namespace sdk = upshift::sdk;
using sdk::Json;
using upshift::backup::Archive;

std::string directory(sdk::Context& c) {
  return c.string_parameter("directory", "objects");
}

// Bookkeeping of upshift's own in the project is no part of the application.
constexpr const char* kNotOurs = "app.kubernetes.io/managed-by!=upshift";

bool is_ours(const Json& object) {
  return sdk::string_at(object, "/metadata/labels/app.kubernetes.io~1managed-by") == "upshift";
}

// The server does not have the kind, or keeps it from the user: everything else is a failure of the backup.
bool is_withheld(const sdk::HostFailure& failure) {
  return failure.status() == sdk::Status::kPermissionDenied || failure.status() == sdk::Status::kNotFound ||
         failure.status() == sdk::Status::kUnimplemented || failure.status() == sdk::Status::kInvalidArgument;
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
    archive.clear();
    std::set<std::string> missing;
    for (const Json& each : c.parameter("objects")) missing.insert(each.get<std::string>());
    save_kinds(c, archive, missing);
    save_named(c, archive, missing);
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
  // Takes out of `missing` what it has saved.
  static void save_kinds(sdk::Context& c, Archive& archive, std::set<std::string>& missing) {
    const Json& kinds = c.parameter("kinds");
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto kind = kinds[i].get<std::string>();
      c.progress(static_cast<double>(i) / static_cast<double>(kinds.size()), "reading every " + kind);
      std::set<std::string> left = missing;
      bool writing = false;
      try {
        c.list_pages(kind, {.labels = kNotOurs}, [&](const sdk::Page& page) {
          writing = true;
          if (page.number == 0) {
            archive.forget(kind);
            left = missing;
          }
          for (const Json& object : page.items) left.erase(kind + "/" + sdk::string_at(object, "/metadata/name"));
          archive.add(kind, page.items);
          writing = false;
        });
        missing = std::move(left);
      } catch (const sdk::HostFailure& failure) {
        if (writing || !is_withheld(failure)) throw;
        // Half a list would look like a whole one.
        archive.forget(kind);
        c.warn("the backup has no " + kind + ": they cannot be listed", failure.summary());
      }
    }
  }

  static void save_named(sdk::Context& c, Archive& archive, const std::set<std::string>& missing) {
    for (const std::string& reference : missing) {
      const std::string kind = reference.substr(0, reference.find('/'));
      const auto object = c.get(kind, reference.substr(kind.size() + 1));
      if (!object) {
        c.info(reference + " does not exist; nothing of it to save");
      } else if (!is_ours(*object)) {
        archive.add(kind, {*object});
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
