// The user's own changes, as text and as JSON.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/customisations.hpp"
#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

using report::paint;
using report::Tone;

constexpr int kMostOfAValue = 160;

std::string value_text(const Json& value) {
  if (value.is_null()) return "nothing";
  const auto text = value.is_string() ? value.get<std::string>() : to_text(value);
  return report::clip(report::printable(report::redact_text(text)), kMostOfAValue);
}

Tone tone_of(Fate fate) {
  switch (fate) {
    case Fate::kKept:
      return Tone::kGood;
    case Fate::kConflict:
      return Tone::kBad;
    case Fate::kObsolete:
      return Tone::kDim;
    default:
      return Tone::kNote;
  }
}

class Page {
 public:
  Page(const Customisations& found, const report::Look& look) : found_(found), look_(look) {}

  std::string write() {
    line(paint(look_, Tone::kStrong,
               fmt::format("{} {} → {}: the project compared with a stock installation", found_.product, found_.from,
                           found_.to)));
    block("", fmt::format("The stock installation is {}.", found_.stock));
    if (found_.is_approximate) {
      block("note: ",
            "it resembles what is installed and is not the same; name the template that was installed with "
            "--stock FILE for an exact answer",
            Tone::kNote);
    }
    std::string object;
    for (const auto& one : found_.fields) {
      if (one.object != object) {
        line();
        line(paint(look_, Tone::kStrong, report::printable(one.object)));
      }
      object = one.object;
      write_field(one);
    }
    write_untouched();
    write_end();
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) { out_.append(text).append("\n"); }

  void block(const std::string& head, const std::string& text, Tone tone = Tone::kPlain) {
    const int indent = report::display_width(head);
    const auto lines = report::wrap(report::printable(text), std::max(20, look_.width - indent));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      line((i == 0 ? head : std::string(static_cast<std::size_t>(indent), ' ')) + paint(look_, tone, lines[i]));
    }
  }

  void write_field(const Customisation& one) {
    block("  ", one.field.empty() ? "(the whole object)" : one.field);
    const auto values = one.field.empty()
                            ? std::string(one.stock.is_null() ? "yours alone" : "you took it away")
                            : fmt::format("yours {}, stock {}", value_text(one.yours), value_text(one.stock));
    block("    ", values, Tone::kDim);
    const auto same = [&](const HopFate& hop) {
      return hop.fate == one.hops.front().fate && hop.note == one.hops.front().note;
    };
    if (!one.hops.empty() && std::all_of(one.hops.begin(), one.hops.end(), same)) {
      return write_fate("", one.hops.front());
    }
    for (const auto& hop : one.hops) write_fate(hop.hop + ": ", hop);
  }

  void write_fate(const std::string& head, const HopFate& hop) {
    const std::string word(to_string(hop.fate));
    const auto note = report::clip(report::printable(hop.note), kMostOfAValue);
    block("    " + head, hop.note.empty() ? word : word + ": " + note, tone_of(hop.fate));
  }

  void write_untouched() {
    if (found_.untouched.empty()) return;
    std::map<std::string, int> kinds;
    for (const auto& name : found_.untouched) ++kinds[name.substr(0, name.find('/'))];
    std::vector<std::string> parts;
    for (const auto& [kind, count] : kinds) parts.push_back(fmt::format("{} {}", count, kind));
    line();
    block("", fmt::format("Objects of your own that no hop touches: {}.", join(parts, ", ")));
  }

  void write_end() {
    std::map<Fate, int> worst;
    for (const auto& one : found_.fields) {
      Fate fate = Fate::kKept;
      for (const auto& hop : one.hops) fate = std::max(fate, hop.fate);
      ++worst[fate];
    }
    line();
    if (found_.fields.empty()) return line("Nothing in the stock installation's objects was changed.");
    std::vector<std::string> parts;
    for (const auto& [fate, count] : worst) parts.push_back(fmt::format("{} {}", count, to_string(fate)));
    line(fmt::format("{} changes of yours: {}.", found_.fields.size(), join(parts, ", ")));
    if (!found_.stopped.empty()) block("The rehearsal stops: ", found_.stopped, Tone::kBad);
  }

  const Customisations& found_;
  const report::Look& look_;
  std::string out_;
};

}  // namespace

std::string customisations_text(const Customisations& found, const report::Look& look) {
  return Page(found, look).write();
}

Json to_json(const Customisations& found) {
  Json fields = Json::array();
  for (const auto& one : found.fields) {
    Json hops = Json::array();
    for (const auto& hop : one.hops) {
      hops.push_back({{"hop", hop.hop}, {"fate", to_string(hop.fate)}, {"note", report::redact_text(hop.note)}});
    }
    fields.push_back({{"object", one.object},
                      {"field", one.field},
                      {"yours", one.yours},
                      {"stock", one.stock},
                      {"hops", std::move(hops)}});
  }
  return {{"customisations", 1},
          {"product", found.product},
          {"from", found.from},
          {"to", found.to},
          {"hops", found.hops},
          {"stock", found.stock},
          {"approximate", found.is_approximate},
          {"fields", std::move(fields)},
          {"untouched", found.untouched},
          {"stopped", found.stopped}};
}

}  // namespace upshift::cli
