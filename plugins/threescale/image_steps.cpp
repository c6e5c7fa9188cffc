#include "threescale/image_steps.hpp"

#include "threescale/release.hpp"
#include "threescale/streams.hpp"

namespace upshift::threescale {

void add_image_steps(sdk::Definition& hop, StepName name, std::string_view version, std::string_view components) {
  for (const std::string_view stream : {"amp-system", "amp-apicast", "amp-backend", "amp-zync"}) {
    const Image& image = image_of(stream, version);
    hop.step<ImportImage>(name("images", "import-" + std::string(stream)), image);
    hop.step<MoveLatest>(name(stream == "amp-system" ? "images" : components, stream), image);
  }
  const Image& system = image_of("amp-system", version);
  hop.step<OracleBase>(name("images", "oracle-base"), system);
  hop.step<OracleBuild>(name("images", "oracle-build"), system);
}

}  // namespace upshift::threescale
