resource kratos 'Microsoft.App/containerApps@2023-05-01' = {
  name: 'kratos'
  properties: {
    template: {
      containers: [
        { name: 'kratos', image: 'oryd/kratos:v1.2.0', args: ['serve', '-c', '/c/kratos.yml'] }
      ]
    }
  }
}
