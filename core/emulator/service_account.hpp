// What a namespace is born with (service accounts, role bindings, certificate authorities), and the token and registry
// secrets of service accounts.
#pragma once

#include "emulator/controller.hpp"

namespace upshift::emulator {

class ServiceAccounts final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  // A namespace ("" and its name), or a service account.
  void reconcile(const ObjectName& object) override;
  // What the namespace is born with is looked at again.
  void refresh(const std::string& name_space) { enqueue({"", name_space}); }

 private:
  void furnish(const std::string& name_space);
  void publish_authority(const std::string& name_space);
  void bind(const std::string& name_space, const std::string& name, const Json& subject, const std::string& role,
            const std::string& description);
  void create_secrets(const ObjectName& account);
  std::string create_token(const Json& account, bool for_registry);
  Json token_data(const std::string& name_space, const std::string& secret);
  void fill_token(const std::string& name_space, const std::string& secret);
  void drop_tokens(const std::string& name_space, const std::string& account_uid);
};

}  // namespace upshift::emulator
