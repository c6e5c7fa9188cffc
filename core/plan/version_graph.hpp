// Versions as nodes, hops as edges: the way from the installed version to the wanted one.
#pragma once

#include <string>
#include <vector>

#include "plan/model.hpp"

namespace upshift::plan {

// -1, 0, 1 by the numbers between the dots ("2.10" is after "2.9"); parts that are no numbers are compared as text.
int compare_versions(std::string_view a, std::string_view b);

// Every version that a hop of the product starts from or leads to, in order.
std::vector<std::string> known_versions(const Catalog& catalog, std::string_view product);

// "3scale 2.3 → 2.4, 2.4 → 2.5": what plugins offer for the product.
std::string offered_hops(const Catalog& catalog, std::string_view product);

// What to say where no hops lead from `from` to the newer `to`: names the hops that would close the gaps.
Error missing_way(const Catalog& catalog, const std::string& product, const std::string& from, const std::string& to);

// The fewest hops from `from` to `to`; none where they are equal. A hop for which plugins of another author offer the
// single steps is a shortcut: it is taken only where `via` names its plugin, or where nothing else leads there. The way
// uses a hop of each plugin of `via`, and theirs where several plugins offer the same hop. Pointers borrow from the
// catalog.
// NOT_FOUND: product, version or plugin unknown, or no way (names the missing hops). FAILED_PRECONDITION: a downgrade,
// or several equally good ways (names the plugins between which `via` chooses).
Result<std::vector<const HopOffer*>> find_path(const Catalog& catalog, const std::string& product,
                                               const std::string& from, const std::string& to,
                                               const std::vector<std::string>& via = {});

}  // namespace upshift::plan
