// The name under which administrators of the master account act in tenants: section 1.3, for those who want their own.
#pragma once

#include <array>

#include "threescale/environment.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_3_2_4 {

// The guide's command makes names that the application does not read; these it does.
inline constexpr std::array kImpersonation = {
    threescale::Env{"IMPERSONATION_ADMIN_USERNAME", threescale::Source::kSecret, "system-impersonation", "username"},
    threescale::Env{"IMPERSONATION_ADMIN_DOMAIN", threescale::Source::kSecret, "system-impersonation", "domain"},
};

// Parameters impersonation-username and impersonation-domain.
struct ImpersonationSecret : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Renames the users that are there; those of tenants made later get the name from the environment.
struct RenameUsers : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_3_2_4
