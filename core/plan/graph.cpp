#include "plan/graph.hpp"

#include <fmt/format.h>
#include <map>
#include <set>

namespace upshift::plan {
namespace {

struct Arrow {
  std::size_t from, to;
};

// Positions in the plan; without those that a chain of others says as well.
std::vector<Arrow> arrows_of(const Plan& plan) {
  std::map<std::string, std::size_t> positions;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) positions[plan.steps[i].id] = i;
  std::vector<std::set<std::size_t>> before(plan.steps.size());  // all that comes before each step
  std::vector<Arrow> arrows;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    std::set<std::size_t> direct;
    for (const auto& id : plan.steps[i].after) {
      if (const auto found = positions.find(id); found != positions.end()) direct.insert(found->second);
    }
    for (const auto one : direct) {
      bool is_said = false;
      for (const auto other : direct) is_said = is_said || before[other].contains(one);
      if (!is_said) arrows.push_back({one, i});
    }
    for (const auto one : direct) {
      before[i].insert(one);
      before[i].insert(before[one].begin(), before[one].end());
    }
  }
  return arrows;
}

std::string last_part(const std::string& id) {
  return id.substr(id.rfind('/') + 1);
}

std::string stage_label(const Step& step) {
  return step.guide.empty() ? step.stage_title : step.guide + " " + step.stage_title;
}

// Calls `open` and `close` around the steps of each hop and stage, in the plan's order.
template <typename Writer>
void walk(const Plan& plan, Writer& writer) {
  std::string hop;
  std::string stage;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    const bool new_hop = i == 0 || step.hop != hop;
    if (i > 0 && (new_hop || step.stage != stage)) writer.close_stage();
    if (i > 0 && new_hop) writer.close_hop();
    if (new_hop) writer.open_hop(step, i);
    if (new_hop || step.stage != stage) writer.open_stage(step, i);
    writer.node(step, i);
    hop = step.hop;
    stage = step.stage;
  }
  if (plan.steps.empty()) return;
  writer.close_stage();
  writer.close_hop();
}

std::string quoted(std::string_view text, std::string_view quote) {
  std::string out;
  for (const char c : text) {
    if (c == '"') {
      out += quote;
    } else if (c == '\\') {
      out += quote == "\\\"" ? "\\\\" : "\\";
    } else {
      out += static_cast<unsigned char>(c) < 0x20U ? ' ' : c;
    }
  }
  return out;
}

class DotWriter {
 public:
  void open_hop(const Step& step, std::size_t at) {
    out += fmt::format("  subgraph cluster_hop{} {{\n    label=\"{}\";\n", at, escape(step.hop));
  }
  void open_stage(const Step& step, std::size_t at) {
    out += fmt::format("    subgraph cluster_stage{} {{\n      label=\"{}\";\n", at, escape(stage_label(step)));
  }
  void node(const Step& step, std::size_t at) {
    std::string look;
    if (!step.gate.empty()) look += ", shape=diamond";
    if (!step.irreversible.empty()) look += ", color=red, penwidth=2";
    if (step.optional) look += ", style=dashed";
    if (!step.selected) look += ", style=dotted, fontcolor=gray";
    out += fmt::format("      s{} [label=\"{}\", tooltip=\"{}\"{}];\n", at, escape(last_part(step.id)),
                       escape(step.id + ": " + step.title), look);
  }
  void close_stage() { out += "    }\n"; }
  void close_hop() { out += "  }\n"; }

  std::string out;

 private:
  static std::string escape(std::string_view text) { return quoted(text, "\\\""); }
};

class MermaidWriter {
 public:
  void open_hop(const Step& step, std::size_t at) {
    out += fmt::format("  subgraph hop{} [\"{}\"]\n", at, escape(step.hop));
  }
  void open_stage(const Step& step, std::size_t at) {
    out += fmt::format("    subgraph stage{} [\"{}\"]\n", at, escape(stage_label(step)));
  }
  void node(const Step& step, std::size_t at) {
    const bool has_gate = !step.gate.empty();
    out += fmt::format("      s{}{}\"{}\"{}\n", at, has_gate ? "{" : "[", escape(last_part(step.id)),
                       has_gate ? "}" : "]");
    const char* kind = !step.selected               ? "left_out"
                       : !step.irreversible.empty() ? "no_return"
                       : step.optional              ? "optional"
                                                    : nullptr;
    if (kind != nullptr) out += fmt::format("      class s{} {}\n", at, kind);
  }
  void close_stage() { out += "    end\n"; }
  void close_hop() { out += "  end\n"; }

  std::string out;

 private:
  static std::string escape(std::string_view text) { return quoted(text, "#quot;"); }
};

}  // namespace

std::string to_dot(const Plan& plan) {
  DotWriter writer;
  writer.out = "digraph plan {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  walk(plan, writer);
  for (const auto& arrow : arrows_of(plan)) writer.out += fmt::format("  s{} -> s{};\n", arrow.from, arrow.to);
  return writer.out + "}\n";
}

std::string to_mermaid(const Plan& plan) {
  MermaidWriter writer;
  writer.out = "flowchart TB\n";
  walk(plan, writer);
  for (const auto& arrow : arrows_of(plan)) writer.out += fmt::format("  s{} --> s{}\n", arrow.from, arrow.to);
  return writer.out +
         "  classDef no_return stroke:#c00,stroke-width:3px\n"
         "  classDef optional stroke-dasharray:6 4\n"
         "  classDef left_out stroke-dasharray:2 3,color:#888\n";
}

}  // namespace upshift::plan
