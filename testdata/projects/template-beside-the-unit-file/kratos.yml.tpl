selfservice:
  default_browser_return_url: http://app.shop.example/
serve:
  public:
    base_url: ${PUBLIC_URL}
identity:
  default_schema_id: person
  schemas:
    - id: person
      url: file:///etc/kratos/person.schema.json
