#include "journal/names.hpp"

#include <array>
#include <utility>

namespace upshift::journal {
namespace {

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<RunState, 5> kRunStates = {{{RunState::kRunning, "running"},
                                            {RunState::kDone, "done"},
                                            {RunState::kFailed, "failed"},
                                            {RunState::kBlocked, "blocked"},
                                            {RunState::kInterrupted, "interrupted"}}};
constexpr Names<StepState, 5> kStepStates = {{{StepState::kRunning, "running"},
                                              {StepState::kDone, "done"},
                                              {StepState::kSkipped, "skipped"},
                                              {StepState::kBlocked, "blocked"},
                                              {StepState::kFailed, "failed"}}};
constexpr Names<ChangeState, 4> kChangeStates = {{{ChangeState::kIntended, "intended"},
                                                  {ChangeState::kApplied, "applied"},
                                                  {ChangeState::kRefused, "refused"},
                                                  {ChangeState::kUnknown, "unknown"}}};
constexpr Names<Verb, 5> kVerbs = {{{Verb::kCreate, "create"},
                                    {Verb::kUpdate, "update"},
                                    {Verb::kDelete, "delete"},
                                    {Verb::kExec, "exec"},
                                    {Verb::kHttp, "http"}}};

template <typename Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum value) {
  for (const auto& [each, name] : names) {
    if (each == value) return name;
  }
  return "";
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const Names<Enum, N>& names, std::string_view text) {
  for (const auto& [each, name] : names) {
    if (name == text) return each;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(RunState state) {
  return name_of(kRunStates, state);
}
std::string_view to_string(StepState state) {
  return name_of(kStepStates, state);
}
std::string_view to_string(ChangeState state) {
  return name_of(kChangeStates, state);
}
std::string_view to_string(Verb verb) {
  return name_of(kVerbs, verb);
}

std::optional<RunState> parse_run_state(std::string_view text) {
  return value_of(kRunStates, text);
}
std::optional<StepState> parse_step_state(std::string_view text) {
  return value_of(kStepStates, text);
}
std::optional<ChangeState> parse_change_state(std::string_view text) {
  return value_of(kChangeStates, text);
}
std::optional<Verb> parse_verb(std::string_view text) {
  return value_of(kVerbs, text);
}

}  // namespace upshift::journal
