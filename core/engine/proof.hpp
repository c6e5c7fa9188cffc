// Whether what a selection leaves out is so already: asked of the steps' CHECK before anything is sent.
#pragma once

#include "engine/dependencies.hpp"

namespace upshift::engine {

// A step that the selection leaves out and that a selected one needs.
struct Missing {
  std::string id, title;
  std::string why;  // what its CHECK said, or which value it would give to which step
};

// Why a left-out step whose CHECK said `state` and `summary` need not be carried out, or nothing where it must be. One
// that changes nothing and gives no selected step a value leaves nothing missing.
std::optional<std::string> left_out_because(const plan::Step& step, const std::string& state,
                                            const std::string& summary);
// Why it is missing otherwise, for people.
std::string missing_because(const plan::Step& step, const std::string& state, const std::string& summary);

// Every left-out step of the plan that is not so. What the present state cannot tell, since a selected step comes
// before it, is left to the run, which proves it again at its turn. Only reads; nothing goes to the journal.
// UNAVAILABLE, UNAUTHENTICATED: the cluster was out of reach.
Result<std::vector<Missing>> find_missing(const plan::Plan& plan, const Dependencies& with);

}  // namespace upshift::engine
