// The identity that the function app has, for everything it reaches: storage, the vault, telemetry.
//
// It is user-assigned: it and its roles exist before the app does, so the app's first start finds them in force, and an app that is deleted and made
// again keeps them. A system-assigned identity would get its roles only after the app had started without them.

param name string
param location string
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
