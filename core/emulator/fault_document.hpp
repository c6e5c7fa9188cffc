// Faults as people write them: the document of config/schemas/faults.schema.json.
#pragma once

#include "base/json.hpp"
#include "emulator/faults.hpp"

namespace upshift::emulator {

// Adds every fault of a document that is valid by the schema.
void add_faults(Faults& faults, const Json& document);

}  // namespace upshift::emulator
