// Faults as people write them: the document of config/schemas/faults.schema.json.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/faults.hpp"

namespace upshift::emulator {

// Adds every fault of a document that is valid by the schema.
void add_faults(Faults& faults, const Json& document);

// Whether the entry is about the project itself rather than about requests.
bool is_project_fault(const Json& entry);
// INVALID_ARGUMENT names what is wrong with such an entry.
Status check_project_fault(const Json& entry);

}  // namespace upshift::emulator
