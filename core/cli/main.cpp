#include <exception>
#include <iostream>

#include "cli/command.hpp"

int main(int argc, char** argv) {
  try {
    return upshift::cli::run_program(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    // Nothing that a user can do leads here; memory that ran out may.
    std::cerr << "upshift: internal error: " << error.what() << "\n";
    return upshift::cli::kExitStepFailed;
  }
}
