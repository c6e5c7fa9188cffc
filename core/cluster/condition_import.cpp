#include <fmt/format.h>

#include "cluster/conditions.hpp"
#include "cluster/image_tag.hpp"

namespace upshift::cluster {
namespace {

class ImportCondition final : public Condition {
 public:
  ImportCondition(std::string stream, std::string tag, Cache& cache)
      : stream_(std::move(stream)), tag_(std::move(tag)), cache_(cache) {}

  std::string text() const override { return fmt::format("import of ImageStreamTag/{}:{}", stream_, tag_); }

  Result<Verdict> judge() override {
    UPSHIFT_ASSIGN(const TagState state, tag_state(cache_, stream_, tag_));
    switch (state.import) {
      case TagState::Import::kNoStream:
        return pending(fmt::format("{} is not there: its ImageStream does not exist", state.source),
                       "look at who should create the ImageStream");
      case TagState::Import::kNoTag:
        return pending(fmt::format("{} does not exist", state.source), "look at who should create the tag");
      case TagState::Import::kDone:
        return met(fmt::format("{} is imported as {}", state.source, state.image));
      case TagState::Import::kRunning:
        return pending(fmt::format("{} is not imported yet from {}", state.source, state.reference),
                       "look whether the cluster reaches the registry");
      case TagState::Import::kRefused:
        break;
    }
    return hopeless(fmt::format("{} cannot be imported ({}): {}", state.source, state.reason, state.message),
                    import_advice(state));
  }

  Duration budget() override { return std::chrono::minutes(5); }

 private:
  std::string stream_;
  std::string tag_;
  Cache& cache_;
};

}  // namespace

std::unique_ptr<Condition> make_import_condition(std::string image_stream, std::string tag, Cache& cache) {
  return std::make_unique<ImportCondition>(std::move(image_stream), std::move(tag), cache);
}

}  // namespace upshift::cluster
