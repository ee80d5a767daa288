{{- define "database" -}}
{{- $database := ( ds "config" ).database -}}
postgres://kratos:{{ print $database.password }}@{{ print $database.host }}/kratos
{{- end -}}

{{- define "pages" -}}
{{ print ( ds "config" ).scheme }}://{{ print ( ds "config" ).host }}{{ if ( ds "config" ).port }}:{{ print ( ds "config" ).port }}{{ end }}
{{- end -}}

dsn: {{ template "database" . | strings.Quote }}
serve:
  public:
    base_url: {{ ( ds "config" ).public | strings.Quote }}
selfservice:
  default_browser_return_url: "{{ template "pages" . }}/"
  flows:
    error:
      ui_url: "{{ template "pages" . }}/error"
    login:
      ui_url: "{{ template "pages" . }}/login"
    registration:
      ui_url: "{{ template "pages" . }}/registration"
      after:
        oidc:
          hooks:
            - hook: session
            - hook: sesion
    settings:
      ui_url: "{{ template "pages" . }}/settings"
  methods:
    password:
      enabled: false
    oidc:
      enabled: true
      config:
        providers:
          - id: google
            provider: google
            client_id: {{ ( ds "config" ).google.client | strings.Quote }}
            client_secret: {{ ( ds "config" ).google.secret | strings.Quote }}
            mapper_url: {{ env.Getenv "MAPPER" | strings.Quote }}
            scope: [openid, email]
secrets:
  cookie:
    {{- range ( ds "config" ).secrets.cookie }}
    - {{ . | strings.Quote }}
    {{- end }}
identity:
  default_schema_id: default
  schemas:
    - id: default
      url: file://src/schemas/default.schema.json
version: v1.3.1
