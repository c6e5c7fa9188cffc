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

// The fewest hops from `from` to `to`; none where they are equal. Pointers borrow from the catalog.
// NOT_FOUND: product or version unknown, or no way (names the missing hop). FAILED_PRECONDITION: several equally good
// ways.
Result<std::vector<const HopOffer*>> find_path(const Catalog& catalog, const std::string& product,
                                               const std::string& from, const std::string& to);

}  // namespace upshift::plan
