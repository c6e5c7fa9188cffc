#pragma once

#include "upshift/plugin.h"

// Beside upshift_plugin_entry_v1(), the sound one.
const upshift_plugin* table_that_defines_a_step_twice();
