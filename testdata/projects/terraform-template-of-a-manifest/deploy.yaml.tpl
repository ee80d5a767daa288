apiVersion: v1
kind: ConfigMap
metadata: {name: kc}
data:
  kratos.yml: |
    dsn: ${dsn}
    serve: {public: {base_url: "http://auth.${host}/"}}
    selfservice:
      default_browser_return_url: http://www.${host}/
      methods:
        password: {enabled: true}
        code: {enabled: true}
      flows:
        login: {ui_url: "http://www.${host}/in"}
        settings: {ui_url: "http://www.${host}/me"}
        error: {ui_url: "http://www.${host}/oops"}
        registration: {ui_url: "http://www.${host}/join"}
        recovery: {enabled: true, use: code, ui_url: "http://www.${host}/lost"}
    cookies: {domain: ${host}}
    identity:
      default_schema_id: member
      schemas: [{id: member, url: "file:///c/m.json"}]
    courier: {smtp: {connection_uri: "smtp://mail.${host}:587/"}}
